from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.html import escape
from django.utils.safestring import mark_safe
from guestbook.models import Entry
from markdown import markdown

VERSION = "1"


def book(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        Entry.objects.create(text=request.POST["text"])
        return redirect("book")
    # Escaped first: what visitors write is markdown without HTML.
    entries = [mark_safe(markdown(escape(entry.text))) for entry in Entry.objects.all()[:100]]
    return render(request, "guestbook/book.html", {"entries": entries, "version": VERSION})


def health(_: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok", "version": VERSION, "entries": Entry.objects.count()})
