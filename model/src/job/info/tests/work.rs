//! Work items.

use super::*;
use crate::Exception;

fn work(download: i64, upload: i64, chunk: i64) -> JobWorkItem {
    JobWorkItem {
        download_bytes: download,
        upload_bytes: upload,
        minimum_chunk_bytes: chunk,
        ..JobWorkItem::default()
    }
}

#[test]
fn job_val_080_a_work_item_without_calls_has_these_values() {
    let built = JobWorkItemBuilder::new().build(true).unwrap();
    assert_eq!(built.extras, Bundle::new());
    assert_eq!(built.intent, None);
    assert_eq!(built.download_bytes, -1);
    assert_eq!(built.upload_bytes, -1);
    assert_eq!(built.minimum_chunk_bytes, -1);
    assert_eq!((built.delivery_count, built.work_id), (0, 0));
    let mut preset = JobWorkItemBuilder::new();
    preset.set_delivery_count(3).set_intent(Some(WorkIntent::default())).set_intent(None);
    let preset = preset.build(true).unwrap();
    assert_eq!((preset.delivery_count, preset.intent), (3, None));
}

#[test]
fn job_val_081_the_setters_refuse_whatever_the_app_targets() {
    let mut builder = JobWorkItemBuilder::new();
    assert_eq!(builder.set_extras(None).unwrap_err(), InvalidWork::NullExtras);
    let estimates = |down, up| {
        let mut builder = JobWorkItemBuilder::new();
        let outcome = builder.set_estimated_network_bytes(down, up).map(|_| ());
        outcome
    };
    assert_eq!(estimates(-2, -2), Err(InvalidWork::DownloadGivenNegative(-2)));
    assert_eq!(estimates(-1, -2), Err(InvalidWork::UploadGivenNegative(-2)));
    assert_eq!(estimates(-1, -1), Ok(()));
    assert_eq!(estimates(0, 0), Ok(()));
    let chunk = |bytes| {
        let mut builder = JobWorkItemBuilder::new();
        let outcome = builder.set_minimum_network_chunk_bytes(bytes).map(|_| ());
        outcome
    };
    assert_eq!(chunk(0), Err(InvalidWork::ChunkGivenNotPositive(0)));
    assert_eq!(chunk(-2), Err(InvalidWork::ChunkGivenNotPositive(-2)));
    assert_eq!(chunk(-1), Ok(()));
    assert_eq!(chunk(1), Ok(()));
    let refused = Exception::from(InvalidWork::NullExtras);
    assert_eq!(refused.class_name(), "IllegalArgumentException");
}

#[test]
fn job_val_082_upload_is_looked_at_before_download_before_the_chunk() {
    let gated = |item: JobWorkItem| item.enforce_validity(true);
    assert_eq!(gated(work(-3, -2, 0)), Err(InvalidWork::NegativeUpload(-2)));
    assert_eq!(gated(work(-3, 5, 0)), Err(InvalidWork::NegativeDownload(-3)));
    assert_eq!(gated(work(5, 5, 11)), Err(InvalidWork::ChunkExceedsEstimate(11)));
    assert_eq!(gated(work(5, 5, 10)), Ok(()));
    assert_eq!(gated(work(5, 5, 0)), Err(InvalidWork::ChunkNotPositive(0)));
    assert_eq!(gated(work(-1, -1, 7)), Ok(()), "nothing is known, no network is needed");
    assert_eq!(work(-3, -2, -1).enforce_validity(false), Ok(()), "older apps may");
}

#[test]
fn job_val_083_a_work_item_is_checked_when_it_is_built() {
    let mut builder = JobWorkItemBuilder::new();
    builder.set_estimated_network_bytes(1, 1).unwrap();
    builder.set_minimum_network_chunk_bytes(3).unwrap();
    assert_eq!(builder.build(false).unwrap_err(), InvalidWork::ChunkExceedsEstimate(3));
}
