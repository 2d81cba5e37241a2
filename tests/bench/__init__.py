"""The benchmark: the product beside a hand-written application with the same tables and answers.

`make bench` runs it. What it shows is what being configurable costs, in processor time a request.
"""
