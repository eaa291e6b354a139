use std::process::ExitCode;

fn main() -> ExitCode {
    spotgen::cli::run(std::env::args_os())
}
