"""The screens in a real browser, over a running server with the CRM's demo records."""
