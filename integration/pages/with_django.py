"""A Django site, each request in a transaction (ATOMIC_REQUESTS), connections kept between requests."""

import sys

import django
from django.conf import settings

import library

HOST, PORT, USER, PASSWORD, DATABASE = sys.argv[1:]
settings.configure(
    ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="of no use", INSTALLED_APPS=["bookshop"], USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "HOST": HOST, "PORT": PORT, "NAME": DATABASE,
                           "USER": USER, "PASSWORD": PASSWORD, "ATOMIC_REQUESTS": True, "CONN_MAX_AGE": None,
                           "OPTIONS": {"application_name": "pages"}}})
django.setup()

from bookshop.models import Author, Book, Review  # noqa: E402
from django.db.models import Avg, Count  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.shortcuts import get_object_or_404  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import path  # noqa: E402


def author_page(_request, key):
    author = get_object_or_404(Author, pk=key)
    books = list(author.books.order_by("id")[:10])
    latest = Review.objects.select_related("book").filter(book__author=author).order_by("-id")[:5]
    stars = Book.objects.filter(author=author).aggregate(books=Count("id", distinct=True), stars=Avg("reviews__stars"))
    near = Author.objects.filter(country=author.country).exclude(pk=key).annotate(count=Count("books")).order_by("name")[:3]
    return JsonResponse({
        "author": author.name, "books": [[book.title, str(book.price), book.published.isoformat()] for book in books],
        "reviews": [[review.book.title, review.stars, review.said] for review in latest],
        "stars": [stars["books"], str(stars["stars"])], "near": [[one.name, one.count] for one in near],
        "cheap": Book.objects.filter(author=author, price__lt=50).exists()})


def price_page(_request, key, price):
    Book.objects.filter(pk=key).update(price=price)
    return JsonResponse({"price": str(Book.objects.get(pk=key).price)})


urlpatterns = [path("author/<int:key>", author_page), path("price/<int:key>/<str:price>", price_page)]
site = Client()
library.run(lambda author: site.get(f"/author/{author}").content.decode(),
            lambda book, price: site.get(f"/price/{book}/{price}"))
