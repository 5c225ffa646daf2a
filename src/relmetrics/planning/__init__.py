"""Before a survey: how many answers, what can be detected, who may stay silent."""
