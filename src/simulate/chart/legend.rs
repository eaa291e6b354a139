//! What the areas stand for.

use super::length::{Length, units};
use super::lettering;
use super::paint::Paint;
use super::sheet::{Anchor, MARGIN, SMALL, Sheet, WIDTH};

const SWATCH: Length = units(22);

pub(super) fn legend(sheet: &mut Sheet, paints: &[Paint]) {
    let mut x = MARGIN;
    sheet.y += units(4);
    for paint in paints {
        let width = SWATCH + units(6) + lettering::width(paint.name, SMALL);
        if x + width > WIDTH - MARGIN {
            x = MARGIN;
            sheet.y += units(20);
        }
        let (top, bottom) = (sheet.y, sheet.y + units(12));
        sheet.bar(*paint, (x, top), (x + SWATCH, bottom), paint.name);
        let place = (x + SWATCH + units(6), bottom - units(1));
        sheet.text("small text", place, Anchor::Start, paint.name);
        x += width + units(14);
    }
    sheet.y += units(20);
}
