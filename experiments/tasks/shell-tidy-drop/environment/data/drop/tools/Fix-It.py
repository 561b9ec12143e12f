#!/usr/bin/python3
print('fixed')
