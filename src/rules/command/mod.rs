//! Rules `CMD`: commands, and the states of connections and streams.

mod asked;
mod closed;
mod codes;
mod login;
mod refusal;
mod request;
mod shared;
mod waiting;

rules! {
    cmd_01_connect_first,
    cmd_02_connect_transaction,
    cmd_03_connect_object,
    cmd_04_connect_unanswered,
    cmd_05_connect_answer,
    cmd_06_transaction_ids,
    cmd_07_status_form,
    cmd_08_refused,
    cmd_09_create_stream_answer,
    cmd_10_stream_id,
    cmd_11_stream_in_use,
    cmd_12_publish_arguments,
    cmd_13_stream_unanswered,
    cmd_14_media_too_early,
    cmd_15_play_arguments,
    cmd_16_names_agree,
    cmd_17_media_after_close,
}
