SELECT report, title, definition, title_vi, definition_vi FROM v_definitions ORDER BY title
