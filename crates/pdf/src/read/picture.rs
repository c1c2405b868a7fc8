//! PNG and JPEG to grey pixels: every depth, palette, transparency (on white paper) and colour space there is.

use std::io::Cursor;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::ReadError;
use super::gray::Gray;

/// What the two begin with.
pub(super) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The same.
pub(super) const JPEG: &[u8] = b"\xff\xd8\xff";

pub(super) fn png(file: &[u8], most: usize) -> Result<Gray, ReadError> {
    let wrong = |error: png::DecodingError| broken("PNG", &error);
    let mut decoder = png::Decoder::new_with_limits(
        Cursor::new(file),
        png::Limits {
            // What is not pixels: palettes, profiles, texts.
            bytes: 64 * 1024 * 1024,
        },
    );
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let header = decoder.read_header_info().map_err(wrong)?;
    let (width, height) = size(header.width as usize, header.height as usize, most)?;
    let mut reader = decoder.read_info().map_err(wrong)?;
    let bytes = reader.output_buffer_size().unwrap_or(usize::MAX);
    // Four samples a pixel, of one byte each.
    if bytes > most.saturating_mul(4) {
        return Err(ReadError::Pixels {
            width,
            height,
            most,
        });
    }
    let mut samples = vec![0; bytes];
    let frame = reader.next_frame(&mut samples).map_err(wrong)?;
    samples.truncate(frame.buffer_size());
    let pixels = match frame.color_type {
        png::ColorType::Grayscale | png::ColorType::Indexed => samples,
        png::ColorType::GrayscaleAlpha => each(&samples, |[value, alpha]| on_white(value, alpha)),
        png::ColorType::Rgb => each(&samples, |[r, g, b]| luma(r, g, b)),
        png::ColorType::Rgba => each(&samples, |[r, g, b, alpha]| on_white(luma(r, g, b), alpha)),
    };
    whole("PNG", width, height, pixels)
}

/// Not `whole`: what is missing is grey, and what is there is decoded.
pub(super) fn jpeg(file: &[u8], most: usize, is_whole: bool) -> Result<Gray, ReadError> {
    // The limit on pixels comes first, and is told as such.
    let options = DecoderOptions::new_safe()
        .set_strict_mode(is_whole)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX));
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    decoder
        .decode_headers()
        .map_err(|error| broken("JPEG", &error))?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    let (width, height) = size(width, height, most)?;
    let is_gray = matches!(
        decoder.input_colorspace(),
        Some(ColorSpace::Luma | ColorSpace::YCbCr)
    );
    decoder.set_options(options.jpeg_set_out_colorspace(if is_gray {
        ColorSpace::Luma
    } else {
        ColorSpace::RGB
    }));
    let samples = decoder.decode().map_err(|error| broken("JPEG", &error))?;
    let pixels = if is_gray {
        samples
    } else {
        each(&samples, |[r, g, b]| luma(r, g, b))
    };
    whole("JPEG", width, height, pixels)
}

fn size(width: usize, height: usize, most: usize) -> Result<(usize, usize), ReadError> {
    match width.checked_mul(height) {
        Some(pixels) if pixels <= most => Ok((width, height)),
        _ => Err(ReadError::Pixels {
            width,
            height,
            most,
        }),
    }
}

fn whole(
    kind: &'static str,
    width: usize,
    height: usize,
    pixels: Vec<u8>,
) -> Result<Gray, ReadError> {
    if pixels.is_empty() || pixels.len() != width * height {
        return Err(broken(kind, &"pixels are missing"));
    }
    Ok(Gray {
        width,
        height,
        pixels,
    })
}

fn broken(kind: &'static str, reason: &dyn std::fmt::Display) -> ReadError {
    ReadError::Picture {
        kind,
        reason: reason.to_string(),
    }
}

fn each<const N: usize>(samples: &[u8], of: impl Fn([u8; N]) -> u8) -> Vec<u8> {
    let (pixels, _) = samples.as_chunks();
    pixels.iter().map(|pixel| of(*pixel)).collect()
}

/// How light a colour is (ITU-R BT.601).
pub(super) fn luma(r: u8, g: u8, b: u8) -> u8 {
    let sum = u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114;
    (sum / 1000) as u8
}

fn on_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u32::from(value), u32::from(alpha));
    ((value * alpha + 255 * (255 - alpha)) / 255) as u8
}
