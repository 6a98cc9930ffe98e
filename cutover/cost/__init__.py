"""What the stacks cost a month, from their templates and a dated table of prices; knows no AWS API."""
