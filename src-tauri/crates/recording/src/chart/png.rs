//! A chart as a bitmap.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, Options, Tree, fontdb};

use super::{Chart, Theme, style};

/// Pixels to one unit of the view box: a chart is 1,600 pixels wide.
const SCALE: f32 = 2.0;

/// Why there is no picture. Each is a mistake of ours.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The SVG is not sound.
    #[error("The chart could not be drawn: {0}.")]
    Svg(#[from] usvg::Error),
    /// It is empty, or too large.
    #[error("The chart has no size that could be drawn.")]
    Size,
    /// The PNG could not be written.
    #[error("The picture could not be written as PNG: {0}.")]
    Png(String),
}

/// The letters that every picture has, whatever the machine has.
static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.load_font_data(dejavu::sans::bold().to_vec());
    fonts.set_sans_serif_family("DejaVu Sans");
    Arc::new(fonts)
});

impl Chart {
    /// The picture as PNG, twice as large as its view box.
    ///
    /// # Errors
    /// [`PictureError`], never of a chart that was made here.
    pub fn png(&self, theme: Theme) -> Result<Vec<u8>, PictureError> {
        let tree = self.tree(theme)?;
        let size = tree.size().to_int_size().scale_by(SCALE).ok_or(PictureError::Size)?;
        let mut pixels = Pixmap::new(size.width(), size.height()).ok_or(PictureError::Size)?;
        resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
        pixels.encode_png().map_err(|error| PictureError::Png(error.to_string()))
    }

    pub(super) fn tree(&self, theme: Theme) -> Result<Tree, PictureError> {
        let options =
            Options { fontdb: Arc::clone(&FONTS), font_family: "DejaVu Sans".to_owned(), ..Options::default() };
        Ok(Tree::from_str(&self.styled(&style(theme)), &options)?)
    }
}
