fn main() {
    let what = std::env::args().nth(1).unwrap_or_default();
    if what == "schema" {
        print!("{}", spotgen::config::generate_schema());
    } else {
        print!("{}", spotgen::config::fields::reference());
    }
}
