# The suite "Lab" of tests/run, which reads this in and counts in passed, failed and skipped.

# A command in the lab's machine, its output in a file as well; a Ctrl+C reaches it through $job.
in_machine() { # in_machine OUTPUT OPTION... FOLDER COMMAND...
  local output=$1 code
  shift
  tests/lab/machine --out "$results/lab" "$@" > >(tee "$output") &
  job=$!
  wait "$job"
  code=$?
  job=
  return "$code"
}

lab_publish() {
  echo "== Publishing $1"
  # Apart from the other builds, which are for any machine and not for this runtime identifier.
  dotnet publish "$1" --configuration "$configuration" --runtime linux-x64 --self-contained --artifacts-path artifacts/lab/build \
    --output "artifacts/lab/files/$2" --disable-build-servers --tl:off --verbosity quiet </dev/null ||
    give_up "the build failed"
}

# The tests of the KVM backend: a usual KVM's time-outs and instructions, not those of this machine's KVM.
lab_kvm_tests() {
  local xml=$results/lab/Synic.Tests.xml p=0 f=0 s=0 lines=() code
  printf '\n== KVM tests in the lab\n'
  rm -f "$xml"
  in_machine "$results/lab/kvm-tests.log" --timeout "$timeout" --console "$results/lab/kvm-tests.console" artifacts/lab/files/tests \
    sh -c './Synic.Tests -noColor -noLogo -class "Synic.Tests.Backends.Kvm.*" -result-xml $LAB_OUT/Synic.Tests.xml'
  code=$?
  if [[ -s $xml ]]; then
    mapfile -t lines < <(read_results "$xml")
    read -r p f s <<<"${lines[0]}"
    skips+=("${lines[@]:1}")
  fi
  if ((code != 0 && f == 0)) || ((p + f == 0)); then
    echo "no results, exit status $code"
    f=$((f + 1))
  fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

lab_stock_linux() { # lab_stock_linux FORM
  local log=$results/lab/stock-linux.log limit=$timeout p f code
  printf '\n== A stock Debian kernel in the lab\n'
  tests/lab/guest-files artifacts/lab/files/guest || give_up "there are no files for the guest"
  cp tests/lab/stock-linux artifacts/lab/files/
  if [[ $1 == cost ]]; then limit=$((timeout * 2)); fi # three times a minute and more that nothing happens in
  in_machine "$log" --timeout "$limit" --console "$results/lab/stock-linux.console" artifacts/lab/files ./stock-linux "$1"
  code=$?
  p=$(grep -c '^ok ' "$log")
  f=$(grep -c '^not ok ' "$log")
  if ((code != 0 && f == 0)) || ((p + f == 0)); then
    echo "it did not come to its end, exit status $code"
    f=$((f + 1))
  fi
  passed=$((passed + p)) failed=$((failed + f))
}

# Faults on a stock kernel: the experiments in docs/experiments, each in a boot of its own, with the command that their users have.
lab_experiments() {
  local log=$results/lab/experiments.log xml=$results/lab/experiments.xml code t f e s
  printf '\n== Experiments on a stock Debian kernel in the lab\n'
  rm -rf artifacts/lab/files/docs "$xml"
  mkdir -p artifacts/lab/files/docs
  cp -r docs/experiments docs/scenarios artifacts/lab/files/docs/
  in_machine "$log" --timeout "$timeout" --console "$results/lab/experiments.console" artifacts/lab/files \
    sh -c 'cd daemon && ./synicd experiment run ../docs/experiments/linux-*.json --guest ../guest/vmlinux --initrd ../guest/initrd \
      --junit $LAB_OUT/experiments.xml --report $LAB_OUT/experiments.json'
  code=$?
  read -r t f e s < <(sed -n 's/^<testsuites .* tests="\([0-9]*\)" failures="\([0-9]*\)" errors="\([0-9]*\)" skipped="\([0-9]*\)".*/\1 \2 \3 \4/p' "$xml" 2>/dev/null)
  f=$((${f:-0} + ${e:-0}))
  if ((${t:-0} == 0 || (code != 0 && f == 0))); then
    echo "they did not come to their end, exit status $code"
    f=$((f + 1))
    t=$((${t:-0} + 1))
  fi
  s=${s:-0} # behind a step that failed
  passed=$((passed + t - f - s)) failed=$((failed + f)) skipped=$((skipped + s))
}

prepare_lab() {
  local options=(--prepare)
  if [[ $install == yes ]] && ((EUID == 0)); then options+=(--install); fi
  mkdir -p "$results/lab"
  tests/lab/machine "${options[@]}"
}

run_lab() { # run_lab full|short|cost; after prepare_lab
  local p=$passed f=$failed s=$skipped # of the suites before
  if [[ $1 != cost ]]; then lab_publish tests/Synic.Tests tests; fi
  lab_publish src/Synic.Daemon daemon
  if [[ $1 != cost ]]; then lab_kvm_tests; fi
  lab_stock_linux "$1"
  if [[ $1 == full ]]; then lab_experiments; fi
  printf '\nLab: %d passed, %d failed, %d skipped\n' $((passed - p)) $((failed - f)) $((skipped - s))
}
