"""The app by pyinfra: a change of code or packages restarts it, and one that does not run is started."""
from pyinfra import host
from pyinfra.facts.server import Command
from pyinfra.operations import files, git, pip, server

app = host.data.app
top = "/opt/" + app

checkout = git.repo(name="The checkout", src=host.data.repository, dest=top, branch="master")
venv = pip.venv(name="The environment", path=top + "/venv", python="python3")


def code_changed():
    return checkout.did_change() or venv.did_change()


pip.packages(name="The requirements", requirements=top + "/requirements.txt", virtualenv=top + "/venv", _if=code_changed)
conf = files.link(
    name="The conf",
    path="/etc/supervisor/conf.d/%s.conf" % app,
    target="%s/server/%s.conf" % (top, app),
    force=True,
)
files.link(name="The alias", path="/etc/profile.d/%s.sh" % app, target="%s/server/%s.sh" % (top, app), force=True)
restart = server.shell(
    name="Reread, update, restart",
    commands=["supervisorctl reread", "supervisorctl update", "supervisorctl restart " + app],
    _if=lambda: code_changed() or conf.did_change(),
)
if "RUNNING" not in (host.get_fact(Command, command="supervisorctl status %s || true" % app) or ""):
    server.shell(
        name="Start where it is down",
        commands=["supervisorctl start " + app],
        _if=lambda: not restart.did_change(),
    )
