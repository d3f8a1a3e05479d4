//! Declares the window's commands, so that its capability must name each one it may call.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&[
        "status",
        "settings",
        "change_settings",
        "send",
        "write",
        "clear_cache",
        "stop_engine",
        "retry_catalogue",
        "revive_engine",
        "start_traffic",
        "stop_traffic",
        "frame",
        "summary",
        "hold_traces",
        "kept_trace",
        "start_recording",
        "stop_recording",
        "recordings",
        "change_recording",
        "delete_recording",
        "restore_recording",
        "open_recording",
        "compare",
        "start_study",
        "cancel_study",
        "play_recording",
        "pause_replay",
        "seek_replay",
        "end_replay",
        "scenes",
        "play_scene",
        "leave_scene",
        "set_faults",
        "restart_engine_cold",
        "expire_keys",
        "save_recording",
        "save_comparison",
        "save_chart",
        "import_recording",
        "watch",
    ]);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands)) {
        println!("cargo::error={error:#}");
    }
}
