"""Write Python source."""
