"""The only room that executes SQL. Others hand it plans and get rows."""
