"""What field types do by themselves."""
