#!/bin/sh
# Makes the namespace and registers the search attributes of src/contracts/video-intelligence.ts. Can be run
# again. The Temporal command line reads TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.
set -eu

# A server that has just started, and a namespace that has just been made, take some seconds to be known.
until_done() {
  attempt=1
  until "$@"; do
    [ "$attempt" -lt 30 ] || exit 1
    attempt=$((attempt + 1))
    sleep 2
  done
}

make_namespace() {
  temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
}

until_done make_namespace
until_done temporal operator search-attribute create \
  --name ClipScribeUser --type Keyword \
  --name ClipScribeProject --type Keyword \
  --name ClipScribeSource --type Keyword \
  --name ClipScribeRoute --type Keyword \
  --name ClipScribeStage --type Keyword \
  --name ClipScribeState --type Keyword \
  --name ClipScribePriority --type Int \
  --name ClipScribeDurationSeconds --type Double
