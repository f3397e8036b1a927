//! Pacing against streams whose figures are known by hand.

use super::*;
use crate::metrics::testing::time;
use MediaKind::{Audio, Video};

/// Video of 25 frames a second, a key frame every 2 s; `arrival` maps DTS to ms.
fn frames(pacing: &mut Pacing, ms: std::ops::Range<i64>, arrival: impl Fn(i64) -> i64) {
    for dts in ms.step_by(40) {
        pacing.frame(Video, dts % 2000 == 0, dts, time(arrival(dts)));
    }
}

fn summary(ms: i64, arrival: impl Fn(i64) -> i64) -> PacingSummary {
    let mut pacing = Pacing::default();
    frames(&mut pacing, 0..ms, arrival);
    pacing.summary().unwrap()
}

fn eta(s: &PacingSummary, expected: f64) {
    assert!((s.eta.unwrap() - expected).abs() < 0.02, "{s:?}");
}

#[test]
fn real_time_is_one() {
    let s = summary(6000, |dts| dts + 3);
    eta(&s, 1.0);
    assert!((s.media_s - 5.96).abs() < 1e-9 && (s.wall_s - 5.96).abs() < 1e-9);
    assert_eq!((s.burst_ms, s.stalls, s.max_lag_ms), (None, 0, 0.0));
    eta(&summary(2000, |dts| dts + dts % 3 * 10), 1.0);
}

#[test]
fn half_the_rate_is_a_half() {
    let s = summary(5000, |dts| 2 * dts);
    eta(&s, 0.5);
    assert_eq!((s.burst_ms, s.stalls), (None, 0));
    assert!((s.max_lag_ms - 4960.0).abs() < 1e-9);
}

/// 1 Mb/s with key frames twelve times the size of the others, through 500 kb/s: arrival is a matter of bytes.
#[test]
fn large_key_frames_do_not_shift_it() {
    for ms in (5000..12_000).step_by(440) {
        let mut pacing = Pacing::default();
        let mut bytes = 0.0;
        for dts in (0..ms).step_by(40) {
            let key = dts % 2000 == 0;
            bytes += 250_000.0 / 61.0 * if key { 12.0 } else { 1.0 };
            let at = CaptureTime(time(0).0 + format!("{:.0}", bytes * 16_000.0).parse::<i64>().unwrap());
            pacing.frame(Video, key, dts, at);
        }
        eta(&pacing.summary().unwrap(), 0.5);
    }
}

#[test]
fn both_tracks_move_one_front() {
    let mut pacing = Pacing::default();
    for dts in (0..6000).step_by(20) {
        pacing.frame(Audio, false, dts, time(dts));
        if dts % 40 == 0 {
            pacing.frame(Video, dts % 2000 == 0, dts - 300, time(dts));
        }
    }
    let s = pacing.summary().unwrap();
    eta(&s, 1.0);
    assert!((s.media_s - 5.98).abs() < 1e-9);
    assert_eq!((s.stalls, s.max_lag_ms), (0, 0.0));
}

#[test]
fn a_gop_cache_is_told_apart() {
    // 2 s in 50 ms, then real time.
    let s = summary(8000, |dts| if dts < 2000 { dts / 40 } else { dts - 2000 + 50 });
    assert!((s.burst_ms.unwrap() - 2000.0).abs() <= 40.0, "{s:?}");
    eta(&s, 1.0);
    assert_eq!((s.stalls, s.max_lag_ms), (0, 0.0));
    // The same in portions, one round trip of 100 ms each.
    let s = summary(8000, |dts| if dts < 2000 { dts / 500 * 100 } else { dts - 1600 });
    assert!((s.burst_ms.unwrap() - 2000.0).abs() <= 500.0, "{s:?}");
    eta(&s, 1.0);
    // And then only half the rate.
    let s = summary(8000, |dts| if dts < 2000 { 0 } else { 2 * (dts - 2000) });
    assert!((s.burst_ms.unwrap() - 2000.0).abs() <= 40.0, "{s:?}");
    eta(&s, 0.5);
}

#[test]
fn a_fast_download_is_no_burst() {
    for ms in [15_000, 40_000, 120_000] {
        let s = summary(ms, |dts| dts / 10);
        eta(&s, 10.0);
        assert_eq!(s.burst_ms, None);
    }
    eta(&summary(60_000, |dts| dts / 2), 2.0);
}

#[test]
fn a_stall_is_a_gap_that_brings_too_little() {
    let s = summary(6000, |dts| if dts < 3000 { dts } else { dts + 2500 });
    assert_eq!(s.stalls, 1);
    assert!((s.max_lag_ms - 2500.0).abs() < 1e-9);
    // One picture every 2 s is slow, not stalled.
    let mut pacing = Pacing::default();
    (0..10).for_each(|n| {
        pacing.frame(Video, true, 2000 * n, time(2000 * n));
    });
    let s = pacing.summary().unwrap();
    assert_eq!((s.stalls, s.max_lag_ms), (0, 0.0));
    eta(&s, 1.0);
}

#[test]
fn jumps_and_restarts_add_nothing() {
    let mut pacing = Pacing::default();
    for (round, begin) in [0, 3_600_000, 0, 40_000].into_iter().enumerate() {
        let base = 8000 * i64::try_from(round).unwrap();
        for n in (0..4000).step_by(20) {
            pacing.frame(Audio, false, begin + n, time(base + n));
            // Video follows into each new timeline 200 ms later.
            let left = if round > 0 && n < 200 { [0, 0, 3_600_000, 0][round] + 4000 } else { begin };
            pacing.frame(Video, n % 1000 == 0, left + n, time(base + n));
        }
    }
    let s = pacing.summary().unwrap();
    eta(&s, 1.0);
    assert!((s.media_s - 15.92).abs() < 1e-9 && (s.wall_s - 15.92).abs() < 1e-9, "{s:?}");
    assert_eq!((s.stalls, s.max_lag_ms), (0, 0.0));
}

#[test]
fn the_track_left_behind_does_not_move_the_front() {
    let mut pacing = Pacing::default();
    for n in (0..15_000).step_by(20) {
        // A loop of 5 s; video follows 500 ms after audio.
        pacing.frame(Audio, false, n % 5000, time(n));
        if n >= 500 {
            pacing.frame(Video, (n - 500) % 1000 == 0, (n - 500) % 5000, time(n));
        }
    }
    let s = pacing.summary().unwrap();
    assert!((s.media_s - 14.94).abs() < 1e-9 && (s.wall_s - 14.94).abs() < 1e-9, "{s:?}");
}

#[test]
fn a_pause_is_no_stall() {
    let mut pacing = Pacing::default();
    frames(&mut pacing, 0..4000, |dts| dts);
    pacing.cut();
    frames(&mut pacing, 4000..4200, |dts| dts); // on their way when the pause was asked for
    pacing.cut();
    frames(&mut pacing, 4200..9000, |dts| dts + 60_000);
    let s = pacing.summary().unwrap();
    eta(&s, 1.0);
    assert_eq!((s.stalls, s.max_lag_ms), (0, 0.0));
}

#[test]
fn nothing_is_divided_by_nothing() {
    let mut pacing = Pacing::default();
    assert_eq!(pacing.summary(), None);
    pacing.frame(Video, true, 0, time(0));
    assert_eq!(pacing.summary(), None);
    pacing.frame(Video, false, 40, time(0));
    assert_eq!(pacing.summary().unwrap().eta, None);
    let standing = summary(5000, |_| 0);
    assert_eq!((standing.eta, standing.burst_ms), (None, None));
    let backwards = summary(9000, |dts| -dts);
    assert_eq!(backwards.eta, None);
    let extreme = {
        let mut pacing = Pacing::default();
        for dts in [0, i64::MAX, i64::MIN, 0, 40] {
            pacing.frame(Audio, false, dts, CaptureTime(i64::MAX - (dts & 1)));
            pacing.frame(Video, true, dts, CaptureTime(i64::MIN));
        }
        pacing.summary()
    };
    assert!(extreme.is_none_or(|s| s.media_s.is_finite() && s.wall_s.is_finite()));
}

/// The first key frame came 75 ms early, as when an encoder starts: over 4 s from key frame to key frame that shows,
/// over the whole 6 s less.
#[test]
fn a_path_that_keeps_up_is_measured_whole() {
    let s = summary(6000, |dts| if dts == 0 { 0 } else { dts + 75 });
    assert!((s.eta.unwrap() - 5.96 / 6.035).abs() < 1e-9, "{s:?}");
}
