-- The shop's catalogue. Money is in cents, days are text such as 2025-03-14, which sorts by its bytes.
-- Keys and indexes are made when the rows are in: adding each entry in its place takes longer than sorting them all once.

CREATE SCHEMA cachescope;

CREATE TABLE cachescope.categories (
    id   bigint NOT NULL,
    name text   NOT NULL
);

-- Numbered from the most popular to the least.
CREATE TABLE cachescope.products (
    id          bigint NOT NULL,
    category_id bigint NOT NULL,
    name        text   NOT NULL,
    maker       text   NOT NULL,
    description text   NOT NULL,
    price_cents bigint NOT NULL,
    stock       bigint NOT NULL,
    version     bigint NOT NULL DEFAULT 1 -- how often the row was written
);

-- Numbered in the order they were written.
CREATE TABLE cachescope.reviews (
    id         bigint NOT NULL,
    product_id bigint NOT NULL,
    author     text   NOT NULL,
    rating     bigint NOT NULL CHECK (rating BETWEEN 1 AND 5),
    title      text   NOT NULL,
    body       text   NOT NULL,
    written_on text   NOT NULL COLLATE "C"
);

CREATE TABLE cachescope.orders (
    id         bigint NOT NULL,
    customer   text   NOT NULL,
    ordered_on text   NOT NULL COLLATE "C"
);

CREATE TABLE cachescope.order_items (
    order_id    bigint NOT NULL,
    product_id  bigint NOT NULL,
    quantity    bigint NOT NULL,
    price_cents bigint NOT NULL -- what one cost then
);
