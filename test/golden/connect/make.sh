#!/usr/bin/env bash
# Regenerates the goldens in this folder with Kafka Connect 4.3.1 (needs java and mvn): test/golden/connect/make.sh
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mvn -q -B -f pom.xml dependency:build-classpath -Dmdep.outputFile="$work/classpath"
java -cp "$(cat "$work/classpath")" Goldens.java transform-cases.json transforms.golden.json header-texts.json headers.golden.json
