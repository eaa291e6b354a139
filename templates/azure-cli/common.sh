# Set to 1 once something could not be changed as configured.
wrong=0

# Reports that Azure rejected a change to $1; the script continues.
refused() {
    echo "$1: this change failed; continuing with the rest" >&2
    wrong=1
}
