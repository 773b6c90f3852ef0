#!/bin/sh
# Calls that have no place here: unbounded copies, numbers that wrap, clocks and allocators below
# the runtime, secrets compared or wiped by what a compiler may shorten.
. "${top_srcdir:?}/tests/lint/lint.sh"

code='grep -nE --include=*.[ch] -r'
begin='(^|[^A-Za-z0-9_>.])'
unbounded="$begin(strcpy|strcat|stpcpy|sprintf|vsprintf|gets|alloca|strtok|strncpy|strncat)[ ]*\("
wrapping="$begin(atoi|atol|atoll|strtol|strtoul|strtoll|strtoull|sscanf)[ ]*\("
clocks="$begin(time|clock_gettime|gettimeofday|rand|random|srand|getenv)[ ]*\("
memory="$begin(malloc|calloc|realloc|free|strdup)[ ]*\("
engines='lib/wire lib/tls lib/sip lib/sdp lib/srtp lib/pinhole lib/guard lib/verdict'

find_in 'unbounded copy' $code "$unbounded" lib examples include
find_in 'number that may wrap' $code "$wrapping" lib examples
find_in 'bytes compared in variable time' $code "${begin}memcmp[ ]*\(" lib
find_in 'clock, randomness or environment below the runtime' $code "$clocks" lib/base $engines
find_in 'memory that is not the context'"'"'s' $code "$memory" $engines
end_lint
