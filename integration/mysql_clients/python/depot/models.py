"""Shelves with items, and fruit that is there already."""

from django.db import models


class Shelf(models.Model):
    name = models.CharField(max_length=50, unique=True)


class Item(models.Model):
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE, related_name="items")
    title = models.CharField(max_length=50)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    made = models.DateTimeField()
    data = models.JSONField(default=dict)
    raw = models.BinaryField(null=True)


class Fruit(models.Model):
    name = models.CharField(max_length=40)
    stock = models.IntegerField()

    class Meta:
        managed = False
        db_table = "fruit"
