# What the lab takes from Debian: programs of this host, and a kernel package in a cache.
# Read in by `machine` and `guest-files`; sets nothing but functions and $lab_cache.

lab_cache=${SYNIC_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/synic-lab}
PATH=$PATH:/usr/sbin:/sbin # where Debian keeps mkfs.ext4

complain() { printf 'lab: %s\n' "$*" >&2; }

lab_failed() {
  complain "$@"
  exit 125
}

# Programs and the packages that have them. The busybox must be the static one: it runs where there is no library.
require_tools() { # require_tools install|check
  local -A package=(
    [qemu-system-x86_64]=qemu-system-x86 [busybox]=busybox-static [cpio]=cpio [mkfs.ext4]=e2fsprogs
    [lz4]=lz4 [xz]=xz-utils [zstd]=zstd [dpkg-deb]=dpkg [apt-get]=apt [setpriv]=util-linux [curl]=curl
  )
  local program missing=()
  for program in "${!package[@]}"; do
    command -v "$program" >/dev/null || missing+=("${package[$program]}")
  done
  if ldd "$(command -v busybox)" >/dev/null 2>&1; then missing+=(busybox-static); fi
  if ((${#missing[@]} == 0)); then return; fi

  local remedy="apt-get install --no-install-recommends ${missing[*]}"
  [[ $1 == install ]] || lab_failed "missing Debian packages; as root: $remedy (or give --install)"
  complain "installing ${missing[*]}"
  apt-get -q update >&2
  DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends "${missing[@]}" >&2 ||
    lab_failed "that did not work: $remedy"
}

newest_kernel() { apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9][^ ]*\)$/\1/p' | head -n 1; }

# Puts Debian's kernel for virtual machines into the cache, once for each version: `vmlinuz`, `vmlinux` unpacked from it, and a
# start of an initramfs for the machine (machine.cpio) and for the guest inside it (guest.cpio).
require_kernel() { # sets: lab_kernel, a folder
  local name
  name=$(newest_kernel)
  if [[ -z $name ]] && ((EUID == 0)); then # a fresh Debian has no lists yet
    apt-get -q update >&2
    name=$(newest_kernel)
  fi
  if [[ -z $name ]]; then lab_failed "apt knows no linux-image-cloud-amd64: apt-get update, on Debian for x86-64"; fi
  lab_kernel=$lab_cache/$name
  mkdir -p "$lab_cache"
  exec {cache_lock}>"$lab_cache/lock"
  flock "$cache_lock"
  if [[ ! -e $lab_kernel/complete || ! -e $lab_kernel/vmlinuz ]]; then (fill_cache "$name") || exit; fi
  exec {cache_lock}>&-
}

fill_cache() { # in a subshell: its folder is removed when it ends
  local tree vmlinuz modules
  work=$(mktemp -d "$lab_cache/new.XXXXXX") || exit 125 # not local: the trap runs outside this function
  trap 'rm -rf "$work"' EXIT
  complain "fetching $1"
  (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$1" >&2) ||
    lab_failed "apt-get download $1 did not work; a newer one may be out: apt-get update"
  tree=$work/tree
  dpkg-deb --extract "$work"/*.deb "$tree" || lab_failed "the package cannot be unpacked"
  vmlinuz=$(echo "$tree"/boot/vmlinuz-*)
  modules=$(find "$tree" -type d -path "*/lib/modules/${vmlinuz##*/vmlinuz-}")
  mkdir "$work/new"
  cp "$vmlinuz" "$work/new/vmlinuz"
  unpack_kernel "$vmlinuz" "$work/new/vmlinux" || lab_failed "$1 has a vmlinuz that is packed in an unknown way"
  start_initramfs "$modules" "$work/new/machine.cpio" kvm_amd virtio_pci virtio_blk virtio_console
  start_initramfs "$modules" "$work/new/guest.cpio" hv_vmbus hv_utils
  touch "$work/new/complete"
  rm -rf "$lab_kernel"
  mv "$work/new" "$lab_kernel"
}

# A bzImage is a small program around an ELF kernel; the setup header says where that is (Documentation/arch/x86/boot.rst).
unpack_kernel() { # unpack_kernel BZIMAGE FILE
  local sectors offset length start unpack
  sectors=$(od -An -tu1 -j 497 -N 1 "$1")
  read -r offset length < <(od -An -tu4 -j 584 -N 8 "$1") # payload_offset, payload_length
  start=$(((sectors + 1) * 512 + offset))
  case $(od -An -tx1 -j "$start" -N 4 "$1") in
    ' 02 21 4c 18') unpack=(lz4 -dcq) ;;
    ' fd 37 7a 58') unpack=(xz -dcq) ;;
    ' 28 b5 2f fd') unpack=(zstd -dcq) ;;
    ' 1f 8b '*) unpack=(gzip -dcq) ;;
    *) return 1 ;;
  esac
  # After the packed bytes comes their unpacked size, which some of these programs take amiss.
  tail -c +$((start + 1)) "$1" | head -c $((length - 4)) | "${unpack[@]}" >"$2" 2>/dev/null
  [[ $(od -An -tx1 -N 4 "$2") == ' 7f 45 4c 46' ]]
}

start_initramfs() { # start_initramfs MODULES CPIO NAME...: busybox, and those modules with what they need
  local modules=$1 cpio=$2 tree
  local -A taken=()
  shift 2
  tree=$(mktemp -d "$work/initramfs.XXXXXX")
  mkdir -p "$tree"/{bin,dev,proc,sys,root} "$tree/lib/modules/${modules##*/}"
  cp "$(command -v busybox)" "$tree/bin/busybox"
  while (($# > 0)); do
    take_module "$modules" "$tree/lib/modules/${modules##*/}" "$1"
    shift
  done
  busybox depmod -b "$tree" "${modules##*/}" || lab_failed "the modules' dependencies cannot be listed"
  pack "$tree" >"$cpio"
  rm -rf "$tree"
}

take_module() { # take_module FROM TO NAME; one that is built into the kernel is no file
  local from path dependencies
  if [[ -n ${taken[$3]-} ]]; then return; fi
  taken[$3]=yes
  path=$(find "$1/kernel" -name "${3//_/[-_]}.ko*" | head -n 1)
  if [[ -z $path ]]; then
    grep -q "/${3//_/[-_]}\.ko" "$1/modules.builtin" || lab_failed "the kernel has no module $3"
    return
  fi
  case $path in
    *.xz) xz -dc "$path" ;;
    *.zst) zstd -dcq "$path" ;;
    *) cat "$path" ;;
  esac >"$2/$3.ko"
  dependencies=$(tr '\0' '\n' <"$2/$3.ko" | sed -n 's/^depends=//p')
  for from in ${dependencies//,/ }; do take_module "$1" "$2" "${from//-/_}"; done
}

# Linux unpacks several archives one after the other, so a start from the cache can be followed by what changes.
pack() { (cd "$1" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0); }
