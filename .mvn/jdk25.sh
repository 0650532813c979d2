# Sourced by ./mvnw and ./orchestrator: leaves JAVA_HOME at a JDK 25 or newer, or says how to get one.
# Looks at JAVA_HOME, then `java` on PATH, then the places where systems and version managers put JDKs.

jdk_major() {
  [ -x "$1/bin/javac" ] && [ -x "$1/bin/java" ] || return 1
  _major=""
  if [ -r "$1/release" ]; then
    _major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  fi
  [ -n "$_major" ] || _major=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  [ -n "$_major" ] && printf '%s' "$_major"
}

jdk_is_new_enough() {
  _found=$(jdk_major "$1") || return 1
  [ "$_found" -ge 25 ] 2>/dev/null
}

jdk_find() {
  if [ -n "${JAVA_HOME:-}" ] && jdk_is_new_enough "$JAVA_HOME"; then
    return 0
  fi
  _java=$(command -v java 2>/dev/null || true)
  if [ -n "$_java" ]; then
    _java=$(readlink -f "$_java" 2>/dev/null || printf '%s' "$_java")
    _home=$(dirname "$(dirname "$_java")")
    if jdk_is_new_enough "$_home"; then
      JAVA_HOME=$_home
      export JAVA_HOME
      return 0
    fi
  fi
  for _home in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    "$HOME"/.asdf/installs/java/* "$HOME"/.local/share/mise/installs/java/* "$HOME"/.gradle/jdks/*; do
    if [ -d "$_home" ] && jdk_is_new_enough "$_home"; then
      JAVA_HOME=$_home
      export JAVA_HOME
      return 0
    fi
  done
  return 1
}

if ! jdk_find; then
  {
    echo "Agent Orchestrator needs a JDK 25 or newer, and none was found (JAVA_HOME, PATH, the usual places)."
    echo "Get one: 'sdk install java 25-tem' (sdkman), 'brew install openjdk@25', 'apt install temurin-25-jdk' from"
    echo "Adoptium's repository, or an archive from https://adoptium.net; then run this again, or set JAVA_HOME to it."
  } >&2
  exit 69
fi
