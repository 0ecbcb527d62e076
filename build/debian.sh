# shellcheck shell=bash
# Fetches packages from Debian by name into a private place, signed by Debian's keys, without root and without touching
# the system. Sourced by build/get-*, each of which puts one thing into one folder.
# The caller sets `remedy`, which ends the sentence about a failure, and calls debian_place, debian_lists, debian_closure
# and debian_unpack in that order.
# SLUICE_DEBIAN_MIRROR names a Debian mirror; without it those this machine uses are tried, then deb.debian.org.
unset LD_LIBRARY_PATH
export LC_ALL=C

program=$(basename "$0")
fail() { echo "$program: $*" >&2; exit 1; }

# Makes `work`, a folder that goes away with the script. It lies beside the target, which appears by one rename at the
# end (debian_install). An hour-old remnant is from a killed run.
debian_place() { # debian_place FOLDER WHAT: sets folder, what and work
  local parent
  what=$2
  if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
    fail "this machine has no apt to fetch $what with; $remedy."
  fi
  folder=$(realpath -m "$1")
  parent=$(dirname "$folder")
  mkdir -p "$parent"
  find "$parent" -maxdepth 1 -name ".$program.*" -mmin +60 -exec rm -rf {} +
  work=$(mktemp -d "$parent/.$program.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  mkdir -p "$work"/{lists/partial,cache/archives/partial,debs,root,new/bin}
}

# Puts work/new where the caller's folder is to be.
debian_install() {
  if [ -e "$folder" ]; then mv "$folder" "$work/old"; fi
  mv "$work/new" "$folder"
}

debian_find_keyring() {
  local file
  for file in "$1"/usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
    if [ -r "$file" ]; then echo "$file"; return; fi
  done
  return 1
}

# Ubuntu does not install Debian's keys, but has them as a package, signed with its own.
debian_fetch_keyring() {
  cd "$work/debs" && apt-get download -qq debian-archive-keyring >/dev/null 2>&1 &&
    dpkg -x debian-archive-keyring_*.deb "$work/keyring" && rm -f ./*.deb && debian_find_keyring "$work/keyring"
}

debian_mirrors() {
  if [ -n "${SLUICE_DEBIAN_MIRROR:-}" ]; then echo "${SLUICE_DEBIAN_MIRROR%/}"; return; fi
  {
    apt-get update --print-uris -o Debug::NoLocking=1 2>/dev/null | sed -n "s#^'\(.*[^/]\)/*/dists/.*#\1#p" |
      grep -i debian | grep -v -e security -e snapshot || true
    echo http://deb.debian.org/debian
  } | awk '!seen[$0]++'
}

debian_sources() { # debian_sources MIRROR KEYRING SUITE
  local name
  for name in sid "$3"; do
    echo "deb [arch=$(dpkg --print-architecture) target=Packages signed-by=$2] $1 $name main"
  done | sort -u >"$work/sources.list"
}

debian_apt() { "$@" 2>"$work/apt.log"; }
debian_reason() {
  local text
  text=$(sed -nE 's/^[EW]: //p' "$work/apt.log" | head -n 1)
  echo "${text:-no answer}"
}

# One small file first: a machine without a network learns it in seconds, a slow mirror still has its time.
debian_answers() {
  debian_apt timeout 10 /usr/lib/apt/apt-helper -c "$work/apt.conf" -o Acquire::Retries=0 \
    download-file "$1/dists/sid/InRelease" "$work/InRelease" >/dev/null
}

debian_configure() { # debian_configure SUITE [PACKAGE]
  local package release=$1
  # systemd is a dependency for its user's sake only.
  printf 'Package: systemd\nPin: release *\nPin-Priority: -1\n' >"$work/preferences"
  for package in "${@:2}"; do
    printf '\nPackage: %s\nPin: release %s=%s\nPin-Priority: 990\n' \
      "$package" a "$release" "$package" n "$release" >>"$work/preferences"
  done
  : >"$work/status"
  cat >"$work/apt.conf" <<CONF
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "$work/preferences";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::Lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache "$work/cache";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Acquire::Languages "none";
Acquire::Retries "2";
Debug::NoLocking "true";
CONF
}

# Reads what the suite has. PACKAGE is the only one taken from there; everything else comes from sid.
debian_lists() { # debian_lists SUITE [PACKAGE]: sets mirror
  local keyring found=
  keyring=$(debian_find_keyring "") || keyring=$(debian_fetch_keyring) ||
    fail "Debian's archive keys are missing; install the package debian-archive-keyring, or $remedy."
  debian_configure "$@"
  echo "Fetching $what from Debian $1 ..." >&2
  for mirror in $(debian_mirrors); do
    debian_sources "$mirror" "$keyring" "$1"
    if debian_answers "$mirror" && debian_apt apt-get -c "$work/apt.conf" update -qq; then found=1; break; fi
  done
  [ -n "$found" ] || fail "Debian's package lists could not be read ($(debian_reason)); check the network, name a mirror in" \
    "SLUICE_DEBIAN_MIRROR, or $remedy."
}

# Prints what the packages need, themselves included, as apt resolves it for an empty system, one a line.
debian_closure() { # debian_closure PATTERN PACKAGE...: only names that the pattern matches
  local pattern=$1
  shift
  debian_apt apt-get -c "$work/apt.conf" install -s -qq --no-install-recommends "$@" |
    awk -v pattern="$pattern" '/^Inst/ && $2 ~ pattern { print $2 }' ||
    fail "apt finds no way to install $what from $mirror ($(debian_reason)); $remedy."
}

debian_unpack() { # debian_unpack PACKAGE...: into work/root
  local deb
  cd "$work/debs"
  debian_apt apt-get -c "$work/apt.conf" download -qq "$@" ||
    fail "a package could not be downloaded from $mirror ($(debian_reason)); try again, or $remedy."
  for deb in *.deb; do dpkg -x "$deb" "$work/root"; done
  rm -f ./*.deb
}
