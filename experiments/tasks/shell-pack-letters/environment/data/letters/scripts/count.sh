#!/bin/sh
ls 19* | wc -l
