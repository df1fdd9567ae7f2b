from django.db import models


class Entry(models.Model):
    # The database itself knows the default: the version before goes on writing after a rollback.
    name = models.CharField(max_length=80, db_default="")
    text = models.TextField()
    written = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-written"]
