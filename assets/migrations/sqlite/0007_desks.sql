-- Which desk has a draft open: the id of one run of the program. Drafts of before belong to nobody.
ALTER TABLE drafts ADD COLUMN desk TEXT;
