# Whether something did not come to what it should be.
wrong=0

# Azure has refused something of $1: the rest need not wait for that.
refused() {
    echo "$1: this did not work; the rest goes on" >&2
    wrong=1
}
