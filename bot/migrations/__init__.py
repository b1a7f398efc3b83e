"""Steps from one shape of the tables to the next. Forward only; back up before an upgrade."""
