"""What scripted callers say: texts, and the script that has other voices speak them."""
