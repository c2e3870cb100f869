//! `cargo xtask bench`: measures, prints a table, writes JSON and a chart.

use std::{fs, path::PathBuf, process::ExitCode, time::Instant};

use bench::{
    Outcome, chart,
    helper::Helper,
    machine::{Machine, load},
    measure::{Bench, MEASURES, Measure},
    report::{Report, Section},
};
use clap::{Parser, Subcommand};

/// Measures the real path beside SQLite alone.
#[derive(Debug, Parser)]
struct Arguments {
    /// Does little of everything, in less than a minute, to see that it works.
    #[arg(long)]
    quick: bool,
    /// Measures this alone (may be repeated).
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Where bench.json and bench.svg go; nothing is written without it.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Where data folders are made, on the disk that is to be measured.
    #[arg(long, value_name = "DIR", default_value_os_t = std::env::temp_dir())]
    disk: PathBuf,
    /// The application's program; without it nothing is measured through `lanyard rpc`.
    #[arg(long, value_name = "FILE")]
    lanyard: Option<PathBuf>,
    #[command(subcommand)]
    inner: Option<Inner>,
}

#[derive(Debug, Subcommand)]
enum Inner {
    /// For the bench itself: what has to happen in a process of its own.
    #[command(subcommand, hide = true)]
    Helper(Helper),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.inner {
        Some(Inner::Helper(helper)) => helper.run(),
        None => measure(arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: Arguments) -> Outcome {
    let Arguments { quick, only, out, disk, lanyard, .. } = arguments;
    let chosen = chosen(&only)?;
    fs::create_dir_all(&disk)?;
    let bench = Bench { disk, program: std::env::current_exe()?, lanyard, quick };
    let mut machine = Machine::this(&bench.disk);
    println!("{}\n{} at {}", machine.line, machine.date, machine.commit);
    println!("load average before: {}", machine.load_before);
    let mut sections = Vec::new();
    for Measure { name, about, run } in chosen {
        let began = Instant::now();
        let figures = run(&bench).map_err(|error| format!("{name}: {error}"))?;
        let section = Section { name, about, seconds: began.elapsed().as_secs_f64(), figures };
        print!("{}", section.table());
        sections.push(section);
    }
    machine.load_after = load();
    println!("\nload average after: {}", machine.load_after);
    let report = Report { machine, quick, sections };
    if let Some(out) = out {
        fs::create_dir_all(&out)?;
        fs::write(out.join("bench.json"), serde_json::to_string_pretty(&report)? + "\n")?;
        fs::write(out.join("bench.svg"), chart::draw(&report)?)?;
        println!("written to {}", out.display());
    }
    Ok(())
}

fn chosen(only: &[String]) -> Outcome<Vec<&'static Measure>> {
    for name in only {
        if !MEASURES.iter().any(|measure| measure.name == name) {
            let names: Vec<&str> = MEASURES.iter().map(|measure| measure.name).collect();
            return Err(format!("{name} is not measured; there are: {}", names.join(", ")).into());
        }
    }
    let is_chosen =
        |measure: &&Measure| only.is_empty() || only.iter().any(|name| name == measure.name);
    Ok(MEASURES.iter().filter(is_chosen).collect())
}
