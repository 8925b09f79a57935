"""The web service: answers raw rows over HTTP with the model of one artifact."""
