"""An index that may carry credentials: how pip and the tools are told of it, never by words, which are seen in `ps`."""
import re
from urllib.parse import unquote, urlsplit

# Tools bring certificates of their own; they should trust what the host trusts.
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


def environment(url, netrc):
    """Variables for pip and uv. `netrc` names the file that `netrc_of` is written to."""
    found = {"PIP_INDEX_URL": url, "UV_DEFAULT_INDEX": url} if url else {}
    return {**found, "NETRC": netrc} if netrc_of(url) else found


def netrc_of(url):
    """The credentials for indexes that a lock names by itself, on the same host; empty where there are none."""
    user, password = credentials(url)
    if not user:
        return ""
    return "machine %s login %s password %s\n" % (urlsplit(url).hostname, quoted(user), quoted(password))


def credentials(url):
    parts = urlsplit(url or "")
    return unquote(parts.username or ""), unquote(parts.password or "")


def quoted(word):
    return word if re.fullmatch(r"[!-~]+", word) and not re.search(r'["\\#]', word) else '"%s"' % re.sub(r'(["\\])', r"\\\1", word)


def names(text, url):
    """Whether a lock names this index, or another one on its host."""
    host = urlsplit(url).hostname
    return any(urlsplit(found).hostname == host for found in re.findall(r"https?://[^\s\"']+", text))


def redact(url, text):
    """The text without what is secret of the index, as written and as meant."""
    parts = urlsplit(url or "")
    user, password = credentials(url)
    told = [parts.netloc.rpartition("@")[0], parts.password, password] + ([] if password else [parts.username, user])
    for secret in sorted({word for word in told if word}, key=len, reverse=True):
        text = text.replace(secret, "[secret]")
    return text
