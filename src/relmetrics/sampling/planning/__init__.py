"""What a plan is made of: whom to invite, clusters, the test to come, looks before the end."""
