//! The size of video, and what metadata may say of it.

use crate::media::config::VideoFormat;

/// The size of coded video.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Width of a pixel against its height.
    aspect: Option<(u16, u16)>,
    /// Fields may be coded.
    pub(super) interlaced: bool,
}

impl Size {
    /// That of a format, if it says any.
    pub(super) fn of(format: &VideoFormat) -> Option<Self> {
        let (width, height) = format.width.zip(format.height)?;
        let interlaced = format.interlaced == Some(true);
        Some(Self { width, height, aspect: format.pixel_aspect, interlaced })
    }

    /// Whether metadata may say this size, pixels being as wide as high or not.
    pub(super) fn is_said_by(self, width: f64, height: f64) -> bool {
        let (own_width, own_height) = (f64::from(self.width), f64::from(self.height));
        let exact = |one: f64, other: f64| (one - other).abs() < 0.5;
        let (right_width, right_height) = (exact(width, own_width), exact(height, own_height));
        let (x, y) = self.aspect.unwrap_or((1, 1));
        let aspect = f64::from(x) / f64::from(y);
        // A scaled side is rounded, one way or the other.
        let scaled = |side: f64, own: f64| x != y && (side - own).abs() <= 1.0;
        (right_width && (right_height || scaled(height, own_height / aspect)))
            || (right_height && scaled(width, own_width * aspect))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_metadata_may_say() {
        let pal = Size { width: 720, height: 576, aspect: Some((64, 45)), interlaced: true };
        assert!(pal.is_said_by(720.0, 576.0));
        assert!(pal.is_said_by(1024.0, 576.0));
        assert!(!pal.is_said_by(1280.0, 576.0));
        let square = Size { aspect: None, ..pal };
        assert!(!square.is_said_by(1024.0, 576.0));
        assert!(!square.is_said_by(720.0, 575.0));
        assert!(!square.is_said_by(576.0, 720.0));
    }
}
