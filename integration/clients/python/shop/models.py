"""Shelves with items, and accounts that are there already."""

from django.db import models


class Shelf(models.Model):
    name = models.TextField(unique=True)


class Item(models.Model):
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE, related_name="items")
    title = models.CharField(max_length=50)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    made = models.DateTimeField()
    data = models.JSONField(default=dict)


class Account(models.Model):
    owner = models.TextField()
    balance = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        managed = False
        db_table = "accounts"
