"""The tables of library.py."""

from django.db import models


class Author(models.Model):
    name = models.TextField()
    country = models.TextField()

    class Meta:
        managed = False
        db_table = "authors"


class Book(models.Model):
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")
    title = models.TextField()
    price = models.DecimalField(max_digits=8, decimal_places=2)
    published = models.DateField()

    class Meta:
        managed = False
        db_table = "books"


class Review(models.Model):
    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="reviews")
    stars = models.IntegerField()
    said = models.TextField()

    class Meta:
        managed = False
        db_table = "reviews"
