//! The window over a laboratory.

use std::path::Path;

use anyhow::{Context, Result};
use http::{Keeper, Page};
use lab::Lab;
use tauri::async_runtime::block_on;
use tauri::utils::assets::AssetKey;
use tauri::{AppHandle, Manager, RunEvent, WebviewWindowBuilder, generate_context, generate_handler};

use crate::commands::{self, Watchers};
use crate::instance::{self, Instance};

/// Opens the window and stays until it is closed. If there is one already for this data folder, it comes to the front
/// and this call returns at once.
pub(crate) fn open(data_dir: &Path, options: impl FnOnce() -> lab::Options) -> Result<()> {
    let instance = match Instance::claim(data_dir) {
        Ok(instance) => Some(instance),
        Err(instance::Error::AlreadyOpen) => {
            eprintln!("Cachescope is open already; its window was brought to the front.");
            return Ok(());
        }
        // A folder that cannot be written: the laboratory finds another, and says so in the window.
        Err(instance::Error::Io(_)) => None,
    };
    let lab = Lab::open(options())?;
    let mut keeper = Some(Keeper::of(&lab));
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .manage(lab)
        .manage(Watchers::default())
        .invoke_handler(generate_handler![
            commands::status,
            commands::settings,
            commands::change_settings,
            commands::send,
            commands::write,
            commands::clear_cache,
            commands::open_split,
            commands::close_split,
            commands::stop_engine,
            commands::retry_catalogue,
            commands::create_schema,
            commands::revive_engine,
            commands::start_traffic,
            commands::stop_traffic,
            commands::frame,
            commands::summary,
            commands::hold_traces,
            commands::kept_trace,
            commands::start_recording,
            commands::stop_recording,
            commands::recordings,
            commands::change_recording,
            commands::delete_recording,
            commands::restore_recording,
            commands::open_recording,
            commands::compare,
            commands::start_study,
            commands::cancel_study,
            commands::play_recording,
            commands::pause_replay,
            commands::seek_replay,
            commands::end_replay,
            commands::scenes,
            commands::play_scene,
            commands::leave_scene,
            commands::lessons,
            commands::open_lesson,
            commands::begin_lesson,
            commands::predict_step,
            commands::perform_step,
            commands::reset_lessons,
            commands::leave_lesson,
            commands::start_over,
            commands::set_faults,
            commands::restart_engine_cold,
            commands::expire_keys,
            commands::save_recording,
            commands::save_comparison,
            commands::save_chart,
            commands::import_recording,
            commands::look_keys,
            commands::delete_key,
            commands::expire_key,
            commands::server_info,
            commands::console_commands,
            commands::console_send,
            commands::console_cancel,
            commands::passing_commands,
            commands::end_watch,
            commands::table_page,
            commands::watch,
        ])
        .setup(move |app| {
            let config = app.config().app.windows.first().context("tauri.conf.json describes the window")?;
            let window = WebviewWindowBuilder::from_config(app.handle(), config)?.build()?;
            #[cfg(target_os = "linux")]
            crate::drawing::suit_to_machine(&window, &app.state::<Lab>())?;
            #[cfg(not(target_os = "linux"))]
            drop(window);
            if let Some(instance) = instance {
                let handle = app.handle().clone();
                instance.on_knock(move || bring_to_front(&handle));
            }
            Ok(())
        })
        .build(context())
        .context("The window could not be opened")?;

    app.run(move |app, event| {
        if matches!(event, RunEvent::Exit) {
            block_on(async {
                if let Some(keeper) = keeper.take() {
                    keeper.end().await;
                }
                crate::close(app.state::<Lab>().inner().clone()).await;
            });
        }
    });
    Ok(())
}

#[expect(clippy::exit, reason = "inside Tauri's generate_context!")]
fn context() -> tauri::Context {
    generate_context!()
}

/// The window's page, for a browser.
pub(crate) fn page() -> Page {
    let context = context();
    let assets = context.assets();
    Page::new(assets.iter().filter_map(|(path, _)| {
        let bytes = assets.get(&AssetKey::from(path.as_ref()))?.into_owned();
        Some((path.into_owned(), bytes.into()))
    }))
}

fn bring_to_front(app: &AppHandle) {
    if let Some(window) = app.get_webview_window("main") {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}
