//! The report as a chart: throughput beside the raw floor, times, and cost by the length of the log.

use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::{
    Outcome,
    report::{Figure, Report, shown},
};

const WIDTH: u32 = 1_000;
const HEAD: i32 = 76;
const ROW: i32 = 24;
const TITLE: i32 = 44;
/// Where bars begin; their labels are left of it.
const BARS_FROM: i32 = 480;
/// The longest bar; its figure is right of it.
const LONGEST_BAR: f64 = 330.0;
const GROWTH: i32 = 320;

const INK: RGBColor = RGBColor(0x22, 0x2b, 0x38);
const RAW: RGBColor = RGBColor(0xa8, 0xb0, 0xbb);
const OURS: RGBColor = RGBColor(0x1f, 0x6f, 0xb2);
const LINES: [RGBColor; 3] = [OURS, RGBColor(0xc2, 0x5b, 0x12), RGBColor(0x2e, 0x86, 0x4a)];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Bars of one unit.
struct Panel<'a> {
    title: &'static str,
    figures: Vec<&'a Figure>,
}

/// A cost or rate by the length of the log, in multiples of that of the shortest one.
struct Line {
    name: String,
    points: Vec<(f64, f64)>,
}

/// Draws it, as the text of an SVG file.
///
/// # Errors
/// It cannot be drawn.
pub fn draw(report: &Report) -> Outcome<String> {
    let panels: Vec<Panel<'_>> =
        panels(report).into_iter().filter(|panel| !panel.figures.is_empty()).collect();
    let lines = growth(report);
    let growth = if lines.is_empty() { 0 } else { GROWTH };
    let height = HEAD + panels.iter().map(Panel::height).sum::<i32>() + growth;
    let mut svg = String::new();
    {
        let root =
            SVGBackend::with_string(&mut svg, (WIDTH, height.unsigned_abs())).into_drawing_area();
        root.fill(&WHITE).map_err(failed)?;
        draw_head(&root, report)?;
        let (_, mut rest) = root.split_vertically(HEAD);
        for panel in &panels {
            let (area, below) = rest.split_vertically(panel.height());
            panel.draw(&area)?;
            rest = below;
        }
        if !lines.is_empty() {
            draw_growth(&rest, &lines)?;
        }
        root.present().map_err(failed)?;
    }
    Ok(svg)
}

fn failed(error: impl std::fmt::Display) -> Box<dyn std::error::Error> {
    error.to_string().into()
}

fn draw_head(root: &Area<'_>, report: &Report) -> Outcome {
    let machine = &report.machine;
    let hasty =
        if report.quick { " (a quick run: it shows only that the bench works)" } else { "" };
    let title = format!("Lanyard beside SQLite alone, every commit flushed{hasty}");
    let when = format!(
        "{}, commit {}, SQLite {}, medians; load average before: {}",
        machine.date, machine.commit, machine.sqlite, machine.load_before
    );
    root.draw_text(&title, &text(20), (16, 12)).map_err(failed)?;
    root.draw_text(&machine.line, &text(13), (16, 38)).map_err(failed)?;
    root.draw_text(&when, &text(13), (16, 56)).map_err(failed)
}

fn text(size: u32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK)
}

fn panels(report: &Report) -> Vec<Panel<'_>> {
    let of = |section: &str, is_shown: &dyn Fn(&Figure) -> bool| -> Vec<&Figure> {
        let sections = report.sections.iter().filter(|one| one.name == section);
        sections.flat_map(|one| &one.figures).filter(|figure| is_shown(figure)).collect()
    };
    let is_rate = |figure: &Figure| figure.unit == "events/s";
    let is_time = |figure: &Figure| figure.unit == "ms";
    vec![
        Panel { title: "Append, events a second", figures: of("append", &is_rate) },
        Panel { title: "Whole purchases, events a second", figures: of("purchase", &is_rate) },
        Panel {
            title: "Load, decide, append on streams of 20 events, commands a second",
            figures: of("load", &|_| true),
        },
        Panel {
            title: "One command at a time, milliseconds",
            figures: of("lone", &|figure| {
                is_time(figure) && (is_raw(figure) || figure.name.starts_with("a command"))
            }),
        },
        Panel { title: "Replay, events a second", figures: of("replay", &is_rate) },
        Panel {
            title: "Rebuild of all read models, events a second",
            figures: of("rebuild", &is_rate),
        },
        Panel {
            title: "Questions, p99 in milliseconds",
            figures: of("queries", &|figure| {
                figure.name.ends_with(", p99") && !figure.name.contains("16 buy")
            }),
        },
        Panel {
            title: "From a start to the first answer, milliseconds",
            figures: of("start", &|figure| figure.name.ends_with("first answer")),
        },
    ]
}

fn is_raw(figure: &Figure) -> bool {
    figure.name.starts_with("raw")
}

impl Panel<'_> {
    fn height(&self) -> i32 {
        TITLE + ROW * i32::try_from(self.figures.len()).unwrap_or(0)
    }

    fn draw(&self, area: &Area<'_>) -> Outcome {
        area.draw_text(self.title, &text(16), (16, 18)).map_err(failed)?;
        let most = self.figures.iter().map(|figure| figure.value).fold(f64::MIN_POSITIVE, f64::max);
        for (row, figure) in (0..).zip(&self.figures) {
            let top = TITLE + row * ROW;
            let middle = top + ROW / 2;
            #[expect(clippy::cast_possible_truncation, reason = "at most the width of the chart")]
            let right = BARS_FROM + (figure.value / most * LONGEST_BAR) as i32;
            let color = if is_raw(figure) { RAW } else { OURS };
            let bar =
                Rectangle::new([(BARS_FROM, top + 4), (right, top + ROW - 4)], color.filled());
            area.draw(&bar).map_err(failed)?;
            let label = text(13).pos(Pos::new(HPos::Right, VPos::Center));
            area.draw_text(&figure.name, &label, (BARS_FROM - 8, middle)).map_err(failed)?;
            let value = text(13).pos(Pos::new(HPos::Left, VPos::Center));
            area.draw_text(&said(figure), &value, (right + 6, middle)).map_err(failed)?;
        }
        Ok(())
    }
}

fn said(figure: &Figure) -> String {
    let value = shown(figure.value);
    match &figure.ratio {
        Some(ratio) => format!("{value}  ({} x raw)", shown(ratio.value)),
        None => value,
    }
}

/// Names there are `1,000 events: what`.
fn growth(report: &Report) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let sections = report.sections.iter().filter(|section| section.name == "growth");
    for figure in sections.flat_map(|section| &section.figures) {
        let Some((length, what)) = figure.name.split_once(" events: ") else { continue };
        let Ok(length) = length.replace(',', "").parse::<f64>() else { continue };
        let point = (length, figure.ratio.as_ref().map_or(1.0, |ratio| ratio.value));
        match lines.iter_mut().find(|line| line.name == what) {
            Some(line) => line.points.push(point),
            None => lines.push(Line { name: what.to_owned(), points: vec![point] }),
        }
    }
    lines
}

fn draw_growth(area: &Area<'_>, lines: &[Line]) -> Outcome {
    let all = || lines.iter().flat_map(|line| &line.points);
    let longest = all().map(|point| point.0).fold(10.0, f64::max);
    let most = all().map(|point| point.1).fold(1.2, f64::max);
    let title = "By the length of the log in events, 1 is that of the shortest";
    area.draw_text(title, &text(16), (16, 18)).map_err(failed)?;
    let mut chart = ChartBuilder::on(area)
        .margin(16)
        .margin_top(TITLE)
        .x_label_area_size(28)
        .y_label_area_size(48)
        .build_cartesian_2d((900.0..longest).log_scale(), 0.0..most)
        .map_err(failed)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .label_style(text(12))
        .x_label_formatter(&|length| shown(*length))
        .y_label_formatter(&|ratio| format!("{ratio:.1}"))
        .y_labels(6)
        .draw()
        .map_err(failed)?;
    for (line, color) in lines.iter().zip(LINES) {
        let style = color.stroke_width(2);
        chart
            .draw_series(LineSeries::new(line.points.iter().copied(), style).point_size(3))
            .map_err(failed)?
            .label(&line.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerLeft)
        .label_font(text(13))
        .background_style(WHITE.mix(0.8))
        .draw()
        .map_err(failed)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{machine::Machine, report::Section};

    #[test]
    fn what_was_measured_is_drawn_and_the_rest_is_left_out() {
        let raw = Figure::new("raw insert", "events/s", &[100.0]);
        let ours = Figure::new("event store", "events/s", &[87.5]).beside(&raw);
        let short = Figure::new("1,000 events: purchases", "a second", &[10.0]);
        let long = Figure::new("10,000 events: purchases", "a second", &[9.0]).beside(&short);
        let section = |name, figures| Section { name, about: "", seconds: 0.0, figures };
        let report = Report {
            machine: Machine::this(&std::env::temp_dir()),
            quick: true,
            sections: vec![
                section("append", vec![raw, ours]),
                section("growth", vec![short, long]),
            ],
        };
        let svg = draw(&report).expect("a chart");
        for part in ["event store", "87.5  (0.88 x raw)", "purchases", "10,000", "quick run"] {
            assert!(svg.contains(part), "{part} is not in the chart");
        }
        assert!(!svg.contains("Replay"));
    }
}
