//! The running laboratory: engine, database, conditions and flow.
