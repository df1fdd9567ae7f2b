"""Space that is kept for the way back: a disk that fills up during an update must not keep the old version from returning."""
import os


class Reserve:
    def __init__(self, state, job):
        self.checkout = job["checkout"]
        # The filesystem of the checkout: that is where a rollback writes most.
        same = os.stat(state.top).st_dev == os.stat(self.checkout).st_dev
        self.path = (state.top if same else self.checkout + "/.git") + "/reserve"
        self.watched = [self.checkout, state.top, os.path.dirname(job["conf_path"])]

    def need(self, tree):
        head = tree.head()
        return (tree.size(head) if head else 0) + (1 << 20)

    def check(self, tree):
        """Raises OSError where there is less than twice of what the way back may need."""
        need = 2 * self.need(tree)
        for place in self.watched:
            status = os.statvfs(place)
            if status.f_bavail * status.f_frsize < need:
                raise OSError("less than %d MiB free at %s" % (need >> 20, place))

    def take(self, tree):
        self.free()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, self.need(tree))
        finally:
            os.close(descriptor)

    def free(self):
        try:
            os.unlink(self.path)
        except OSError:
            pass
