"""Whether a release goes in without anybody being stopped: nothing differs that the processes stand on."""
import check
import places
import surroundings


def is_quiet(activation, old):
    """Only texts go in: those of conf and alias, also as files of the commit."""
    job, tree, supervisord = activation.job, activation.tree, activation.supervisord
    saved = old["places"].get(job["conf_path"]) or {}
    return (
        not job.get("previous") and only_texts(job, tree, old["commit"]) and not tree.changed()
        and (old["venv"] or {}).get("link") == job["venv"] and "text" in saved and job["conf_means_the_same"]
        and not supervisord.differs(job["group"]) and surroundings.is_as(job, old)
        and activation.shared.is_done()
        and brings_the_same(activation.state, job)
        and any(old["running"].values()) == job["start"] and not is_ailing(job, supervisord)
    )


def only_texts(job, tree, before):
    """The commits differ in nothing but the sources of conf and alias, which nobody reads where they are checked out."""
    if before is None or before == job["commit"]:
        return before is not None
    texts = {job["source"].get(name) for name in ("conf", "alias")}
    return set(tree.names("diff", "--name-only", "-z", before, job["commit"])) <= texts


def brings_the_same(state, job):
    before = (places.read_json(state.current) or {}).get("source", {})
    return all(bool(before.get(extra)) == bool(job["source"].get(extra)) for extra in ("submodules", "lfs"))


def is_ailing(job, supervisord):
    """It is not as it should be though nothing differs: a restart is what can help."""
    return job["start"] and bool(check.wrong(supervisord.processes(job["group"]), job.get("health")))
