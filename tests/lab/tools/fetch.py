#!/usr/bin/python3
"""fetch.py URL: prints the body of an HTTP answer."""
import sys
import urllib.request

print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode(), end="")
