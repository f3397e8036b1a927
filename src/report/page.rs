//! Lines and grids of text, escaped and coloured in one place.

use std::io::{self, Write};

use comfy_table::{
    Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement, ContentLineStyle, LineStyle, Table,
    TableStyle,
};

use crate::base::text::Printable;
use crate::report::Style;
use crate::report::model::Direction;

/// Characters of a line or a cell.
const MAX_TEXT: usize = 1000;

/// How a line is meant.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Bold,
    Warning,
    Error,
}

/// Where the report is written to.
pub(super) struct Page<'w> {
    out: &'w mut dyn Write,
    style: Style,
}

impl<'w> Page<'w> {
    pub(super) fn new(out: &'w mut dyn Write, style: Style) -> Self {
        Self { out, style }
    }

    /// A line of text.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", Printable::new(text.trim_end(), MAX_TEXT))
    }

    /// A line that stands out.
    pub(super) fn heading(&mut self, text: &str) -> io::Result<()> {
        self.toned(Tone::Bold, text)
    }

    /// A line with a meaning.
    pub(super) fn toned(&mut self, tone: Tone, text: &str) -> io::Result<()> {
        let code = match tone {
            Tone::Plain => None,
            Tone::Bold => Some(1),
            Tone::Warning => Some(33),
            Tone::Error => Some(31),
        };
        match code.filter(|_| self.style.color) {
            Some(code) => {
                writeln!(self.out, "\u{1b}[{code}m{}\u{1b}[0m", Printable::new(text.trim_end(), MAX_TEXT))
            }
            None => self.line(text),
        }
    }

    /// A table; a column whose header begins with `>` is aligned to the right, one with `=` is not broken into lines.
    pub(super) fn grid(&mut self, headers: &[&str], rows: Vec<Vec<String>>) -> io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut table = Table::new();
        table
            .load_style(GRID)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(self.style.width);
        if self.style.color {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        table.set_header(
            headers
                .iter()
                .map(|h| Cell::new(h.trim_start_matches(['>', '='])).add_attribute(Attribute::Bold)),
        );
        for row in rows {
            table.add_row(row.iter().map(|text| Printable::new(text, MAX_TEXT).to_string()));
        }
        table.column_iter_mut().for_each(|column| {
            column.set_padding((0, 1));
        });
        for (column, header) in table.column_iter_mut().zip(headers) {
            if header.starts_with('>') {
                column.set_cell_alignment(CellAlignment::Right);
            }
            if header.starts_with('=') {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        writeln!(self.out)?;
        for line in table.lines() {
            // A style that is reset at the end of a line keeps the spaces before it.
            writeln!(self.out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

const GRID: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none())
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .content_lines(ContentLineStyle::none());

/// A direction as an arrow from the client's side.
pub(super) const fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::ClientToServer => "→",
        Direction::ServerToClient => "←",
    }
}

/// A count with its thousands set apart.
pub(super) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 packet`, `2 packets`.
pub(super) fn plural(n: u64, what: &str) -> String {
    format!("{} {what}{}", count(n), if n == 1 { "" } else { "s" })
}

/// A time in seconds.
pub(super) fn seconds(s: f64) -> String {
    format!("{s:.3} s")
}

/// A duration in milliseconds, with as many decimals as it deserves.
pub(super) fn ms(ms: f64) -> String {
    if ms.abs() < 10.0 { format!("{ms:.3} ms") } else { format!("{ms:.1} ms") }
}

/// What is known, or nothing.
pub(super) fn known<T: ToString>(value: Option<&T>) -> String {
    value.map_or_else(String::new, T::to_string)
}

/// A share in percent.
#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
pub(super) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { String::new() } else { format!("{:.1}%", part as f64 * 100.0 / whole as f64) }
}

/// Bits per second.
pub(super) fn bitrate(bps: f64) -> String {
    if bps >= 1e6 { format!("{:.2} Mb/s", bps / 1e6) } else { format!("{:.1} kb/s", bps / 1e3) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_keep_to_the_width() {
        let mut out = Vec::new();
        let row = |n: u32| vec![format!("name {n}"), "word ".repeat(30), "\u{1b}[31m\u{202e}".to_owned()];
        let mut page = Page::new(&mut out, Style { width: 40, color: false });
        page.grid(&["a", "b", ">c"], vec![row(1), row(2)]).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.lines().all(|l| l.chars().count() <= 40), "{text}");
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
    }

    #[test]
    fn numbers() {
        let counts = [0, 7, 999, 1000, 1_234_567].map(count);
        assert_eq!(counts, ["0", "7", "999", "1,000", "1,234,567"]);
        assert_eq!((percent(1, 3), percent(1, 0)), ("33.3%".into(), String::new()));
        assert_eq!((bitrate(196_000.0), bitrate(2_500_000.0)), ("196.0 kb/s".into(), "2.50 Mb/s".into()));
    }
}
