"""Settings of the app in production; what differs between hosts and what is secret comes from the environment."""

import os
from pathlib import Path

from project.commit import commit

CHECKOUT = Path(__file__).resolve().parent.parent.parent

SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = False
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1").split(",")

INSTALLED_APPS = ["django.contrib.staticfiles", "guestbook"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

# Both directories outlive a release: `shared` of the settings of the deployment.
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": CHECKOUT / "data" / "db.sqlite3"}}
# A directory for each commit: whichever version serves finds its own files, also after a rollback.
STATIC_ROOT = CHECKOUT / "static" / commit(CHECKOUT)
STATIC_URL = "static/"
STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
