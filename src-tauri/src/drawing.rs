//! How the page is drawn on a machine without a graphics card.

mod frame_clock;

use std::fs;

use lab::Lab;
use tauri::WebviewWindow;
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

/// Lets WebKit draw by itself where there is no graphics card, as on a remote desktop or in a virtual machine.
///
/// It would let Mesa play the card otherwise: every frame is then put together anew, whole, by a rasteriser on the same
/// cores that are being measured. Drawing only what has changed takes a tenth of that (see `tests/benches/frames.rs`).
///
/// Nor is there a display whose clock frames could go by: see [`frame_clock`].
pub(crate) fn suit_to_machine(window: &WebviewWindow, lab: &Lab) -> tauri::Result<()> {
    if has_graphics_card() {
        return Ok(());
    }
    frame_clock::keep_beside_flow(lab);
    window.with_webview(|webview| {
        if let Some(settings) = webview.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Whether the kernel offers a device to render on.
fn has_graphics_card() -> bool {
    let is_renderer = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with("renderD");
    fs::read_dir("/dev/dri").is_ok_and(|devices| devices.flatten().any(|device| is_renderer(&device.file_name())))
}
