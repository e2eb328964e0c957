#!/usr/bin/env bash
# Checks that the platform's own compiler takes every .aidl file: structured, as Java, as C++, and as an API dump.
# Needs `aidl`, of the Debian package of that name. Exit code 0: it does; 1: it does not; 2: no compiler.
set -u
cd "$(dirname "$0")" || exit 2
command -v aidl >/dev/null || { echo "aidl/check.sh: no aidl compiler; on Debian: apt-get install aidl" >&2; exit 2; }
out=$(mktemp -d) && trap 'rm -rf "$out"' EXIT
failed=0
for file in dev/jobwarden/*.aidl; do
    aidl --structured -I . --lang=java -o "$out/java" "$file" || { echo "java: $file" >&2; failed=1; }
    aidl --structured -I . --lang=cpp -h "$out/include" -o "$out/cpp" "$file" || { echo "cpp: $file" >&2; failed=1; }
done
aidl --structured --dumpapi --out="$out/api" -I . dev/jobwarden/*.aidl || { echo "api dump failed" >&2; failed=1; }
count=$(find "$out/api" -name '*.aidl' 2>/dev/null | wc -l)
[ "$count" -eq "$(ls dev/jobwarden/*.aidl | wc -l)" ] || { echo "api dump has $count files" >&2; failed=1; }
[ "$failed" -eq 0 ] && echo "aidl: $count files pass"
exit "$failed"
