from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.html import escape
from django.utils.safestring import mark_safe
from guestbook.models import Entry
from mistune import html

VERSION = "2"


def book(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        Entry.objects.create(text=request.POST["text"], name=request.POST.get("name", ""))
        return redirect("book")
    # Escaped first: what visitors write is markdown without HTML.
    entries = [(entry.name, mark_safe(html(escape(entry.text)))) for entry in Entry.objects.all()[:100]]
    return render(request, "guestbook/book.html", {"entries": entries, "version": VERSION})


def health(_: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok", "version": VERSION, "entries": Entry.objects.count()})
