"""Space that is kept for the way back: a disk that fills up during an update must not keep the old version from returning."""
import os


MEGABYTE = 1 << 20


class Reserve:
    def __init__(self, state, job):
        self.checkout = job["checkout"]
        self.watched = [self.checkout, state.top, os.path.dirname(job["conf_path"])]
        # A rollback writes most in the checkout; journal and result go to the state, which may be another filesystem.
        self.is_one = os.stat(state.top).st_dev == os.stat(self.checkout).st_dev
        self.in_state = state.top + "/reserve"
        self.in_checkout = self.in_state if self.is_one else self.checkout + "/.git/reserve"

    def need(self, tree):
        head = tree.head()
        return (tree.size(head) if head else 0) + MEGABYTE

    def check(self, tree):
        """Raises OSError where there is less than twice of what the way back may need."""
        need = 2 * self.need(tree)
        for place in self.watched:
            status = os.statvfs(place)
            if status.f_bavail * status.f_frsize < need:
                raise OSError("less than %d MiB free at %s" % (need >> 20, place))

    def take(self, tree):
        self.free()
        self.allocate(self.in_checkout, self.need(tree))
        if not self.is_one:
            self.allocate(self.in_state, MEGABYTE)

    def allocate(self, path, size):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, size)
        finally:
            os.close(descriptor)

    def free(self):
        for path in (self.in_checkout, self.in_state):
            try:
                os.unlink(path)
            except OSError:
                pass
